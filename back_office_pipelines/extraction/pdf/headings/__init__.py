"""What a document is, by what heads its first page: invoice, credit note, order, reminder.

What belongs here: titles, headings and their choice. What does not: where a document begins (`boundaries`), and fields.
"""
