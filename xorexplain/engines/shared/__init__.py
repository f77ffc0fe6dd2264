"""Do once what both engines need: what they have in common by descent."""
