"""The kinds of export that are known, in the order in which they are asked; one small file per tool."""

from northing.exchange.dialects.azure_devops import AZURE_DEVOPS, AZURE_DEVOPS_JSON
from northing.exchange.dialects.backlogs import BACKLOG, PIVOTAL
from northing.exchange.dialects.base import Dialect, Shape
from northing.exchange.dialects.feedback import FEATURE_REQUESTS, FEEDBACK_BOARD, FEEDBACK_FORM
from northing.exchange.dialects.github import GITHUB, GITHUB_TABLE
from northing.exchange.dialects.jira import JIRA, JIRA_CHANGES, JIRA_JSON
from northing.exchange.dialects.linear import LINEAR, LINEAR_JSON
from northing.exchange.dialects.plane import PLANE, PLANE_JSON
from northing.exchange.dialects.reviews import APP_REVIEWS, APP_STORE_FEED, PLAY_STORE_JSON, PRODUCT_REVIEWS
from northing.exchange.dialects.services import ASANA, CLICKUP, GITLAB, HELP_DESK
from northing.exchange.dialects.tables import FEATURE_LIST, FEATURE_TABLE, GENERIC, PARTS_LIST, TRACKER_TABLE
from northing.exchange.dialects.trello import TRELLO, TRELLO_TABLE

DIALECTS: tuple[Dialect, ...] = (
    JIRA_CHANGES,
    JIRA,
    JIRA_JSON,
    TRELLO,
    TRELLO_TABLE,
    GITHUB,
    GITHUB_TABLE,
    AZURE_DEVOPS,
    AZURE_DEVOPS_JSON,
    LINEAR,
    LINEAR_JSON,
    PLANE,
    PLANE_JSON,
    ASANA,
    CLICKUP,
    GITLAB,
    PIVOTAL,
    HELP_DESK,
    FEATURE_REQUESTS,
    APP_STORE_FEED,
    PLAY_STORE_JSON,
    APP_REVIEWS,
    PRODUCT_REVIEWS,
    FEEDBACK_BOARD,
    FEEDBACK_FORM,
    FEATURE_TABLE,
    FEATURE_LIST,
    TRACKER_TABLE,
    BACKLOG,
    PARTS_LIST,
    GENERIC,
)

__all__ = ["DIALECTS", "Dialect", "Shape"]
