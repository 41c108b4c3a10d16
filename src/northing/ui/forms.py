"""Django forms drawn as rows of this interface: set `FORM_RENDERER = "northing.ui.forms.FormRenderer"`."""

from django.forms.renderers import DjangoTemplates


class FormRenderer(DjangoTemplates):
    """Renders `{{ form }}` by ui/form.html and each field by ui/field.html."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
