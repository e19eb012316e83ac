"""Gives the import's job its steps."""

from services.members.imports.actions import JOB, step
from shared.kit.jobs import job

job(JOB)(step)
