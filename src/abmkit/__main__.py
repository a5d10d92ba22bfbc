"""`python -m abmkit`: the command line."""

from abmkit.cli.main import main

main()
