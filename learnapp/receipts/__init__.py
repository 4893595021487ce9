"""What is stored of an attempt, in words, for its learner to keep (see README.md)."""
