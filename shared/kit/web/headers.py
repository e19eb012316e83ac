"""What every answer tells the browser about safety."""

from flask import Flask, Response, request

# Scripts and styles only from our own files. data: pictures are in Tabler's style sheet.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "web.static":
        # Staff rooms share computers: "back" after signing out must show nothing of a person, and neither may
        # a list that was downloaded, nor an answer of the API.
        headers.setdefault("Cache-Control", "private, no-store")
    if response.mimetype == "text/html":
        response.vary.update(("Cookie", "Accept-Language", "HX-Request"))
    return response


def init_app(app: Flask) -> None:
    app.after_request(_add_headers)
