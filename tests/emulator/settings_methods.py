"""The methods about the bot itself: who it is, its commands, its menu button, its webhook."""

import json
from collections.abc import Callable
from typing import Any

from . import methods, rules
from .params import Params
from .refusals import bad
from .shapes import Json
from .state import State, Webhook

ABILITIES = {
    "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False,
    "can_connect_to_business": False, "has_main_web_app": False, "has_topics_enabled": False,
}  # fmt: skip


def get_me(state: State, params: Params, now: int) -> Json:
    return state.me | ABILITIES


def set_my_commands(state: State, params: Params, now: int) -> bool:
    state.commands[_audience(params)] = [
        {"command": given["command"].removeprefix("/"), "description": given["description"]}
        for given in rules.commands(params)
    ]
    return True


def delete_my_commands(state: State, params: Params, now: int) -> bool:
    state.commands.pop(_audience(params), None)
    return True


def get_my_commands(state: State, params: Params, now: int) -> list[Json]:
    return state.commands.get(_audience(params), [])


def _audience(params: Params) -> str:
    scope = params.values.get("scope") or {"type": "default"}
    return json.dumps([scope, params.text("language_code")], sort_keys=True)


def set_chat_menu_button(state: State, params: Params, now: int) -> bool:
    button = params.values.get("menu_button") or {"type": "default"}
    state.menu_buttons[_menu_chat(state, params)] = button
    return True


def get_chat_menu_button(state: State, params: Params, now: int) -> Json:
    common = state.menu_buttons.get(0, {"type": "commands"})
    return state.menu_buttons.get(_menu_chat(state, params), common)


def _menu_chat(state: State, params: Params) -> int:
    """0 stands for every chat without a button of its own."""
    return int(state.chat(params.values["chat_id"]).about["id"]) if params.values.get("chat_id") else 0


def set_webhook(state: State, params: Params, now: int) -> bool:
    rules.webhook(params)
    if params.values.get("drop_pending_updates"):
        state.updates.drop()
    allow(state, params)
    connections = params.integer("max_connections", 40)
    state.webhook = Webhook(params.text("url"), params.text("secret_token"), min(max(connections, 1), 100))
    return True


def delete_webhook(state: State, params: Params, now: int) -> bool:
    if params.values.get("drop_pending_updates"):
        state.updates.drop()
    state.webhook = Webhook()
    return True


def allow(state: State, params: Params) -> None:
    """Left out, the earlier choice holds; an empty list goes back to the default."""
    wanted = params.values.get("allowed_updates")
    if wanted is None:
        return
    if not isinstance(wanted, list):
        raise bad("can't parse allowed updates")
    state.updates.allowed = [str(name) for name in wanted]


def get_webhook_info(state: State, params: Params, now: int) -> Json:
    hook, updates = state.webhook, state.updates
    count = len(updates.pending) + len(updates.again)
    info: Json = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": count}
    if hook.url:
        info |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
    if hook.last_error_at:
        info |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
    return info | ({"allowed_updates": updates.allowed} if updates.allowed else {})


Method = Callable[[State, Params, int], Any]
# getUpdates is not here: it waits (polling.py).
METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "sendMessage": methods.send_message,
    "sendPhoto": methods.send_photo,
    "sendLocation": methods.send_location,
    "sendChatAction": methods.send_chat_action,
    "editMessageText": methods.edit_message_text,
    "editMessageCaption": methods.edit_message_caption,
    "editMessageReplyMarkup": methods.edit_message_reply_markup,
    "deleteMessage": methods.delete_message,
    "answerCallbackQuery": methods.answer_callback_query,
    "getFile": methods.get_file,
    "getChat": methods.get_chat,
}
