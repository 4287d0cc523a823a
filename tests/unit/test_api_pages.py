import pytest

from rarecare.api.pages import TITLES, KnownPages, page_slugs
from rarecare.ui.texts import PAGES
from tests.asgi import answering, ask, run


@pytest.fixture
def app(tmp_path):
    for name in ("accueil.py", "couverture.py", "files_actives.py"):
        (tmp_path / name).touch()
    return KnownPages(answering(200, {"Content-Type": "text/plain"}, b"page"), pages_dir=tmp_path)


def test_a_page_is_named_after_its_file(tmp_path):
    (tmp_path / "files_actives.py").touch()
    (tmp_path / "notes.md").touch()
    assert page_slugs(tmp_path) == {"files-actives"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/couverture",
        "/couverture/",
        "/files-actives",
        "/favicon.png",
        "/healthz",
        "/_stcore/stream",
        "/couverture/_stcore/health",
        "/static/js/index.js",
        "/component/streamlit_folium.st_folium/index.html",
        "/media/x.csv",
    ],
)
def test_pages_and_service_addresses_are_served(app, path):
    assert ask(app, path).body == b"page"


@pytest.mark.parametrize("path", ["/inconnu", "/files_actives", "/couverture/plus"])
def test_any_other_address_is_a_french_page_with_status_404(app, path):
    reply = ask(app, path)
    assert reply.status == 404
    assert '<html lang="fr">' in reply.body.decode()
    assert f"«\u00a0{path}\u00a0»" in reply.body.decode()


def test_an_address_is_shown_without_being_run(app):
    body = ask(app, "/<script>alert(1)</script>").body.decode()
    assert "<script>" not in body
    assert "&lt;script&gt;" in body


def test_the_home_page_answers_to_its_name_and_keeps_its_filters(app):
    reply = ask(app, "/accueil", query="filiere=respifil&niveau=expertise")
    assert reply.status == 307
    assert reply.headers["location"] == "/?filiere=respifil&niveau=expertise"
    assert ask(app, "/accueil").headers["location"] == "/"


def test_what_is_not_http_is_left_alone(tmp_path):
    seen = []

    async def inner(scope, _receive, _send):
        seen.append(scope["type"])

    run(KnownPages(inner, pages_dir=tmp_path)({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]


def test_the_page_of_an_unknown_address_lists_the_screens_there_are(app):
    body = ask(app, "/inconnu").body.decode()
    assert '<a href="/">Accueil</a>' in body
    assert '<a href="/couverture">Couverture du territoire</a>' in body
    assert "Scénarios" not in body
    assert {page.slug: page.title for page in PAGES} == TITLES
