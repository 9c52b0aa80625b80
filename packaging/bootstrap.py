"""Set Perilune up and start it: `python3 packaging/bootstrap.py run`, `test` or `setup`.

This file is read by any Python, however old, to say in words that it is too old; the work is done in `set_up.py`.
"""

import sys

OLDEST = (3, 11)

if __name__ == "__main__":
    if sys.version_info < OLDEST:
        found = sys.executable + " is " + sys.version.split()[0]
        sys.stderr.write("bootstrap: Perilune needs Python 3.11 or newer; " + found + "\n")
        sys.exit(2)

    from set_up import main

    sys.exit(main())
