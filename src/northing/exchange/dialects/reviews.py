"""Reviews: of apps from the stores and their scrapers, and of products from shops."""

from __future__ import annotations

from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings

_BODIES = headers("""
        review, review text, review body, content, translated review, body, text, reviews text,
        comment, bewertungstext, rezension, avis, resena, reseña, opinion, avaliacao texto,
        kommentar, commentaire,
        comentario, commento, recensione, レビュー, レビュー本文, 评论, 评价, 리뷰, отзыв, verbatim, bewertung text
    """)
_RATINGS = headers("""
        rating, star rating, stars, score, review star, review stars, reviews rating, review rating,
        bewertung, sterne, note, etoiles, calificacion, puntuacion, estrellas, avaliacao, nota,
        estrelas, valutazione, stelle, 評価, 星評価, 评分, 星级, 평점, 별점, оценка, рейтинг, sentiment, overall
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
        title="summary",
        labels="sentiment",
        aside="verified purchase",
    ),
    ids=(("review id",), ("id",)),
    caps=(500, 200, 100),
)
