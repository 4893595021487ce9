"""The learner's own view: what is done, what is known, what comes next."""
