"""Feedback boards and request lists: what people ask for, with votes."""

from __future__ import annotations

from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings

FEEDBACK_BOARD = Dialect(
    name="feedback-board",
    title="export of a feedback board",
    source="",
    record_types=("feedback", "feature"),
    needs=(
        headers("title, post title, idea, subject, name, titel, titre, titulo, タイトル"),
        headers("""
        description, details, content, text, body, beschreibung, descripcion, descricao, 説明, note
        text
    """),
        headers("""
        votes, votes count, vote count, upvotes, supporters, supporters count, score, stimmen,
        votos, 投票数, customer email, note text, user email, company name
    """),
    ),
    signs=headers("""
        status, tags, created at, category, board, forum, comments count, author, created by,
        company
    """),
    least=0.6,
    kinds=TABLES | JSON,
    columns=meanings(
        labels="category",
        product="board, forum",
        body="details",
        votes="score",
        author_email="customer email",
        account="company",
        aside="""
        number, owner, responded at, responded by, response, original number, original title,
        comments count, comment count, author id, user id
    """,
    ),
    ids=(("id",), ("url",), ("public url",), ("number",), ("post id",), ("note id",), ("suggestion id",), ("idea id",)),
    words={"feature_status": {"closed": "declined"}, "feedback_state": {"closed": "archived"}},
    caps=(1000, 500, 100, 30),
)

FEATURE_REQUESTS = Dialect(
    name="feature-requests",
    title="list of feature request threads",
    source="feature-requests",
    record_types=("feedback", "feature", "work_item"),
    needs=(
        headers("title"),
        headers("summary"),
        headers("reactions, votes, upvotes"),
        headers("url, link, repo, number"),
    ),
    signs=headers("id, opened, theme, state, kind"),
    least=0.85,
    kinds=TABLES | JSON,
    words={"feedback_state": {"closed": "processed"}},
    columns=meanings(
        body="summary",
        title="title",
        created="opened",
        labels="theme",
        status="state",
        product="repo",
        aside="number, kind, source",
    ),
    ids=(("id",), ("url",), ("repo", "number")),
    caps=(1000, 500, 100, 30),
)

FEEDBACK_FORM = Dialect(
    name="feedback-form",
    title="answers to a feedback form",
    source="",
    record_types=("feedback",),
    needs=(
        headers("""
        feedback, your feedback, message, comment, comments, suggestion,
        suggestions, nachricht, kommentar, rückmeldung, anmerkung,
        mensaje, comentario, comentarios, sugerencia, mensagem, sugestão,
        message client, commentaire, commentaires, コメント,
        ご意見, フィードバック, 意見, 反馈, 意见, отзыв, сообщение
        """),
        headers("""
        email, e-mail, email address, e-mail-adresse, adresse e-mail, correo, correo electrónico, メールアドレス, 邮箱,
        timestamp, zeitstempel, submitted at, submission date, horodateur,
        marca temporal, carimbo de data hora, タイムスタンプ
        """),
    ),
    signs=headers("name, email, timestamp, submitted at, rating, company"),
    least=0.6,
    kinds=TABLES | JSON,
    columns=meanings(
        author="name, your name, vorname nachname, nom, nombre, nome, 名前, 氏名, お名前",
        body="comment, comments, commentaire, commentaires, comentario, comentarios, "
        "kommentar, suggestion, suggestions, "
        "sugerencia, sugestao, your feedback, コメント, ご意見, 意見, 意见, 反馈, сообщение, message client",
        created="zeitstempel, horodateur, marca temporal, carimbo de data hora, タイムスタンプ",
    ),
    ids=(("id",), ("response id",), ("submission id",)),
    caps=(1000, 500, 100),
)
