"""Two annotations of one text go in, numbers and differences come out."""
