"""Serves the gallery on a free port of this machine."""

import sys

from werkzeug.serving import make_server

from shared.kit.web.gallery import PAGES, create_app

server = make_server("127.0.0.1", 0, create_app(), threaded=True)
for page in PAGES:
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}/gallery/{page}\n")
sys.stdout.flush()
server.serve_forever()
