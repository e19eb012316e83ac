"""What is done with a round of gifts, from the draft to the books; each takes the round locked."""
