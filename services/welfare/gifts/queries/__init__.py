"""Reading rounds of gifts: lists and figures (`lists`), what people get in a year (`years`), and who is greeted when (`greetings`)."""
