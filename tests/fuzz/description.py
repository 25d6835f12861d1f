"""The API's description, as the tests of this folder read it."""

import os
from pathlib import Path

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.schemas import OpenApiSchema

from killrvideo.api.app import operations_alone
from killrvideo.api.uploads.routes import CHUNK
from tests.fuzz.site import Site

SETTINGS = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = int(os.environ.get("KILLRVIDEO_FUZZ_EXAMPLES", "25"))


schemathesis.serializer.alias(CHUNK, "application/octet-stream")


def described(site: Site) -> OpenApiSchema:
    """Every operation of the API, to be tried at this site."""
    config = SchemathesisConfig.from_path(SETTINGS)
    schema = schemathesis.openapi.from_dict(operations_alone().openapi(), config=config)
    schema.config.generation.update(max_examples=EXAMPLES)
    schema.app = site
    return schema
