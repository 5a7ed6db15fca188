"""`python -m tools.asyncapi`."""

import sys

from tools.asyncapi.cli import main

sys.exit(main())
