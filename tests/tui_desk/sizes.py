"""The windows in which the terminal UI is tested: the smallest usual one, and a large one.

`make test` looks at the small one, where things do not fit; `make e2e` at the large one as well.
"""

import pytest

SIZES = [pytest.param((80, 24)), pytest.param((120, 40), marks=pytest.mark.e2e)]
