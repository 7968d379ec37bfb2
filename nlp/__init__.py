"""A resident's words -> what they mean."""

import os

# Characters are read one by one: pypinyin's phrases would cost 46 MB and 0.2 s a start.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
