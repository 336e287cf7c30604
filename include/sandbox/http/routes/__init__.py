"""One module per resource of the API, and the two doors for people and tests: panel and steering."""
