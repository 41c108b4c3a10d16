"""The gallery alone, for the browser tests."""

from django.urls import include, path

urlpatterns = [path("gallery/", include("northing.ui.gallery"))]
