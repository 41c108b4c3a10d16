"""Reviews: of apps from the stores and their scrapers, and of products from shops."""

from __future__ import annotations

from typing import Any

from northing.exchange.dates import parse_datetime
from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings
from northing.exchange.records import SourceRow

_BODIES = headers("""
        review, review text, review body, content, translated review, body, text, reviews text,
        comment, bewertungstext, rezension, avis, resena, reseña, opinion, avaliacao texto,
        kommentar, commentaire,
        comentario, commento, recensione, レビュー, レビュー本文, 评论, 评价, 리뷰, отзыв, verbatim, bewertung text,
        review content, texte de l avis, contenu de l avis, texto de la reseña, texto da avaliação,
        testo della recensione, beoordelingstekst, bewertungsinhalt
    """)
_TITLES = """
    summary, title, headline, review title, review headline, titel, überschrift, bewertungstitel, titre,
    titre de l avis, titulo, título de la reseña, título da avaliação, titolo, タイトル, 标题, 제목, заголовок
"""
_RATINGS = headers("""
        rating, star rating, stars, score, review star, review stars, reviews rating, review rating,
        bewertung, sterne, note, etoiles, calificacion, puntuacion, estrellas, avaliacao, nota,
        estrelas, valutazione, stelle, 評価, 星評価, 评分, 星级, punkte,
        beoordeling, ocena, 평점, 별점, оценка, рейтинг, sentiment, overall
    """)

APP_REVIEWS = Dialect(
    name="app-reviews",
    title="list of app store reviews",
    source="app-store",
    record_types=("feedback",),
    needs=(
        _BODIES,
        _RATINGS,
        headers("""
        app, app name, app version, app version name, app version code, version, review created
        version, package name, nickname, thumbs up count, reviewer language, storefront, territory,
        アプリ バージョン, version de l application, versao do app
    """),
    ),
    signs=headers("""
        review id, device, reviewer language, app version name, star rating, review title
    """),
    least=0.75,
    kinds=TABLES | JSON,
    columns=meanings(
        labels="sentiment",
        rating="score, note",
        body="comment",
        created="review submit date and time, at",
        language="storefront",
        product="package name",
        version="review created version, version",
        votes="thumbs up count",
        title="name",
        aside="""
        sentiment polarity, sentiment subjectivity, review last update date and time, territory,
        developer reply text, reply content, replied at, user image, app version code
    """,
    ),
    ids=(("review id",), ("review link",), ("id",)),
    caps=(500, 200, 100),
)

PRODUCT_REVIEWS = Dialect(
    name="product-reviews",
    title="list of product reviews",
    source="",
    record_types=("feedback",),
    needs=(_BODIES, _RATINGS),
    signs=headers("""
        product, product name, asin, sku, review title, verified purchase, helpful votes
    """),
    least=0.65,
    kinds=TABLES | JSON,
    columns=meanings(
        rating="score, note, overall",
        body="comment, review text, kommentar, commentaire, comentario, commento",
        title=_TITLES,
        labels="sentiment",
        aside="verified purchase",
    ),
    ids=(("review id",), ("id",)),
    caps=(500, 200, 100),
)

APP_STORE_FEED = Dialect(
    name="app-store-feed",
    title="feed of app store reviews",
    source="app-store",
    record_types=("feedback",),
    needs=(headers("im rating label"), headers("content label")),
    least=0.95,
    kinds=JSON,
    columns=meanings(
        title="title label",
        body="content label",
        rating="im rating label",
        version="im version label",
        author="author name label",
        created="updated label",
        votes="im vote sum label",
        aside="author uri label, author label, link attributes href, content attributes type",
    ),
    ids=(("id label",),),
    caps=(50,),
)


def _moment(row: SourceRow) -> dict[str, Any]:
    """The store gives each side of a review in a list: what the user says comes first."""
    seconds = row.values.get("comments.userComment.lastModified.seconds")
    moment = parse_datetime(next(iter([seconds] if isinstance(seconds, str) else seconds or ()), ""))
    return {"created_at": moment} if moment else {}


PLAY_STORE_JSON = Dialect(
    name="play-store-json",
    title="list of Play Store reviews",
    source="app-store",
    record_types=("feedback",),
    needs=(headers("review id"), headers("comments user comment text")),
    least=0.95,
    kinds=JSON,
    columns=meanings(
        author="author name",
        body="comments user comment text",
        rating="comments user comment star rating",
        language="comments user comment reviewer language",
        device="comments user comment device",
        version="comments user comment app version name",
        votes="comments user comment thumbs up count",
    ),
    ids=(("review id",),),
    caps=(100,),
    details=_moment,
)
