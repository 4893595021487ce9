"""Everything that is kept about a person: to take along, and to delete."""
