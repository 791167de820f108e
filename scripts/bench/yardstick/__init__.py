"""The benchmarks: what they measure, the ledgers they run on, what they compare with, how they report."""
