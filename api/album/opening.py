"""Which album the settings mean: PHOTOS_S3_BUCKET, or else VAR_DIR/photos; enciphered whatever it is."""

from api.album.album import Album, Moving
from api.album.bucket import open_bucket
from api.album.folder import Folder
from api.album.sealed import Sealed
from api.settings import Settings


def open_folder(settings: Settings) -> Folder:
    return Folder(settings.var_dir / "photos")


def open_album(settings: Settings) -> Sealed:
    folder = open_folder(settings)
    kept: Album = Moving(open_bucket(settings), folder) if settings.photos_s3_bucket else folder
    return Sealed(kept, settings.cipher_for("api"))
