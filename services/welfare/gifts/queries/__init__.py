"""Reading rounds of gifts: lists and figures (`lists`), and what people get in a year (`years`)."""
