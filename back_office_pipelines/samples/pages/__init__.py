"""Drawing invoices as PDF pages in many layouts; `page.draw_page` is the way in."""
