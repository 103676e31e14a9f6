"""Till slips: what a slip says its total, its day and its merchant are, by its words, its sums and its layout."""
