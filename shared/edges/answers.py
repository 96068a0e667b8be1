"""What answers look like, as OpenAPI describes them: a command's reply, a question's answer, a page of a list."""

from marshmallow import INCLUDE, Schema, fields


class ReceiptSchema(Schema):
    """An event that was recorded."""

    event_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    commitment = fields.String(required=True, metadata={"description": "SHA-256 of salt and body, in hex"})


class ReplySchema(Schema):
    """What a command came to, signed by the service."""

    origin = fields.String(required=True)
    stream = fields.String(required=True)
    version = fields.Integer(required=True)
    receipts = fields.List(fields.Nested(ReceiptSchema), required=True)
    signature = fields.String(required=True)


class AnswerSchema(Schema):
    """What a question is answered with: an object, whose members are those of what was asked for."""

    class Meta:
        """Which members there are depends on the question."""

        unknown = INCLUDE


class PageSchema(Schema):
    """Some of the items, and the cursor for those after them."""

    items = fields.List(fields.Nested(AnswerSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ShownSchema(AnswerSchema):
    """A stream's state, at a version."""

    version = fields.Integer(required=True)
