"""Made-up groups and learners through the real engine, and one-click sign-in; absent in production."""
