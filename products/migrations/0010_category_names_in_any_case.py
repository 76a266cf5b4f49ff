from django.db import migrations, models
from django.db.models.functions import Lower, Replace


class Migration(migrations.Migration):
    """Names of categories differ by more than case: "ΟΔΟΣ" is "οδος", whose last letter is another small sigma.

    It stops at categories that have the same name by now: give one of them another name, or merge them, first.
    """

    dependencies = [("products", "0009_prices_with_days")]

    operations = [
        migrations.RemoveConstraint("category", "category_name_unique"),
        migrations.AddConstraint(
            "category",
            models.UniqueConstraint(
                Replace(
                    Lower(models.Func("name", function="normalize", output_field=models.CharField())),
                    models.Value("ς"),
                    models.Value("σ"),
                ),
                name="category_name_unique",
                violation_error_code="unique",
                violation_error_message="This category name is taken.",
            ),
        ),
    ]
