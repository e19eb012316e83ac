"""Where an entry is said to be safe that was made without a network; the device keeps this page for then."""

from flask import render_template


def saved() -> str:
    return render_template("offline_saved.html")
