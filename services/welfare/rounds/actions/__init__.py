"""What is done with a round: drafting, deciding, opening, printing, results, closing."""
