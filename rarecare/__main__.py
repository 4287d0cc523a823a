"""``python -m rarecare``: the command line."""

from rarecare.cli import main

raise SystemExit(main())
