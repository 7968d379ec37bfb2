"""Which album the settings mean: PHOTOS_S3_BUCKET, or else VAR_DIR/photos."""

from api.album.album import Album, Moving
from api.album.bucket import open_bucket
from api.album.folder import Folder
from api.settings import Settings


def open_folder(settings: Settings) -> Folder:
    return Folder(settings.var_dir / "photos")


def open_album(settings: Settings) -> Album:
    folder = open_folder(settings)
    return Moving(open_bucket(settings), folder) if settings.photos_s3_bucket else folder
