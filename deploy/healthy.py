"""The containers' health check: is this process alive? `python deploy/healthy.py /healthz`."""

import sys
import urllib.request

if __name__ == "__main__":
    urllib.request.urlopen(f"http://127.0.0.1:8000{sys.argv[1]}", timeout=3).close()
