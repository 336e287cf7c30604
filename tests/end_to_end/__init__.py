"""A package, so that what all these tests share ends with the last of them."""
