"""Made-up customer orders that the demo, the benchmarks and the tests place in the CRM."""
