"""The instructor's view: who has done what, one learner, one attempt, and the scores as a file."""
