"""What a list is asked, and how that becomes SQL or a choice among few; knows no noun."""
