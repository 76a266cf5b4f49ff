from django.db import migrations, models
from django.db.models.functions import Lower, Replace


def key() -> Replace:
    composed = models.Func("name", function="normalize", output_field=models.CharField())
    sigma = Replace(Lower(composed), models.Value("ς"), models.Value("σ"))
    sharp = Replace(sigma, models.Value("ß"), models.Value("ss"))
    return Replace(sharp, models.Value("i\u0307"), models.Value("i"))


class Migration(migrations.Migration):
    """Names of categories differ by more than case: "Straße" is "STRASSE", and "İzmir" is "i̇zmir".

    It stops at categories that have the same name by now: give one of them another name, or merge them, first.
    """

    dependencies = [("products", "0012_similar_words_by_trigram")]

    operations = [
        migrations.RemoveConstraint("category", "category_name_unique"),
        migrations.AddConstraint(
            "category",
            models.UniqueConstraint(
                key(),
                name="category_name_unique",
                violation_error_code="unique",
                violation_error_message="This category name is taken.",
            ),
        ),
    ]
