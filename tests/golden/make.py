#!/usr/bin/env python3
"""Makes every file of golden vectors again: python3 tests/golden/make.py

Needs torch, keras and numpy; make_torch.py and make_keras.py say in which versions.
"""
import os
import subprocess
import sys

for maker in ("make_torch.py", "make_keras.py"):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), maker)
    subprocess.run([sys.executable, path], check=True)
