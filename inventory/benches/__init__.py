"""The benches of the desk: each is one piece of work, from what waits today to a recall."""
