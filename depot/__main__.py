"""`python -m depot` is the command `depot`, where that is not on the path."""

from depot.command import main

main()
