"""Programs for developers of this project: the benchmark, and what makes parts of the documentation."""
