"""What people's corrections teach about layouts, and how later documents of these layouts profit from it."""
