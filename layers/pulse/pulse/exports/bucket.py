"""The bucket of exports: a file is written in parts, so that no more than one is in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

import boto3
from botocore.config import Config

from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

# S3 takes parts from 5 MiB on, and 10,000 of them: a file may have 80 GB.
_PART_BYTES: Final = 8 * 1024 * 1024
_CONFIG: Final = Config(connect_timeout=3, read_timeout=30, retries={"total_max_attempts": 4}, signature_version="s3v4")


class FileWriter:
    """A file that is being written."""

    def __init__(self, key: str, content_type: str, name: str) -> None:
        self.byte_count = 0
        self._key = key
        self._buffer = bytearray()
        self._parts: list[CompletedPartTypeDef] = []
        self._upload_id = _client().create_multipart_upload(
            Bucket=_bucket(), Key=key, ContentType=content_type, ContentDisposition=f'attachment; filename="{name}"'
        )["UploadId"]

    def write(self, data: bytes) -> None:
        """Append. Raises botocore's errors."""
        self._buffer += data
        self.byte_count += len(data)
        if len(self._buffer) >= _PART_BYTES:
            self._flush()

    def close(self) -> None:
        """End the file; it is there from now on. Raises botocore's errors."""
        if self._buffer or not self._parts:
            self._flush()
        _client().complete_multipart_upload(
            Bucket=_bucket(), Key=self._key, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts}
        )

    def abort(self) -> None:
        """Leave nothing behind. Raises botocore's errors."""
        _client().abort_multipart_upload(Bucket=_bucket(), Key=self._key, UploadId=self._upload_id)

    def _flush(self) -> None:
        number = len(self._parts) + 1
        answer = _client().upload_part(
            Bucket=_bucket(), Key=self._key, UploadId=self._upload_id, PartNumber=number, Body=bytes(self._buffer)
        )
        self._parts.append({"ETag": answer["ETag"], "PartNumber": number})
        self._buffer.clear()


@contextmanager
def writing(key: str, *, content_type: str, name: str) -> Iterator[FileWriter]:
    """A file that is there as a whole once the block has ended well, and not at all otherwise."""
    writer = FileWriter(key, content_type, name)
    try:
        yield writer
        writer.close()
    except BaseException:
        writer.abort()
        raise


def key_of(tenant_id: str, export_id: UUID) -> str:
    """Where an export's file is."""
    return f"{tenant_id}/{export_id}"


def link_to(key: str, *, seconds: int) -> str:
    """An address from which a file is fetched without a token.

    It ends with the session of the function's role that has signed it as well, so ask for a few minutes alone.
    """
    return _client().generate_presigned_url("get_object", Params={"Bucket": _bucket(), "Key": key}, ExpiresIn=seconds)


def _bucket() -> str:
    return str(settings().require("exports_bucket_name").exports_bucket_name)


@cache
def _client() -> "S3Client":
    return boto3.client("s3", config=_CONFIG)
