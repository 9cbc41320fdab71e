import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('messenger', '0003_cards_and_threads'),
    ]

    operations = [
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pair_key', models.CharField(editable=False, max_length=41)),
                ('kind', models.CharField(choices=[('audio', 'Audio call'), ('video', 'Video call')], max_length=5)),
                ('state', models.CharField(choices=[('ringing', 'Ringing'), ('active', 'Running'), ('ended', 'Ended')], max_length=7)),
                ('backend', models.CharField(choices=[('direct', 'Device to device'), ('mesh', 'Each to each'), ('janus', 'Media server')], max_length=6)),
                ('room', models.CharField(blank=True, default='', max_length=40)),
                ('is_unheard', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('rang_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, choices=[('hung_up', 'Hung up'), ('declined', 'Declined'), ('cancelled', 'Cancelled'), ('missed', 'Missed'), ('busy', 'Busy'), ('lost', 'Connection lost')], default='', max_length=9)),
                ('caller', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='messenger.chat')),
            ],
            options={
                'verbose_name': 'call',
                'verbose_name_plural': 'calls',
                'indexes': [models.Index(condition=models.Q(('state', 'ended'), _negated=True), fields=['state', 'created_at'], name='call_running'), models.Index(fields=['chat', '-id'], name='call_of_chat')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('pair_key',), name='call_one_running_per_pair'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state', 'ended'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_at', None), ('reason', '')), _connector='OR'), name='call_end_has_time_and_reason')],
            },
        ),
        migrations.CreateModel(
            name='CallLeg',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device', models.UUIDField()),
                ('joined_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('last_seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('left_at', models.DateTimeField(null=True)),
                ('end', models.CharField(blank=True, choices=[('left', 'Left'), ('moved', 'Went on from another device'), ('lost', 'Connection lost'), ('removed', 'Removed')], default='', max_length=7)),
                ('is_muted', models.BooleanField(default=False)),
                ('has_video', models.BooleanField(default=False)),
                ('is_sharing', models.BooleanField(default=False)),
                ('hand_raised_at', models.DateTimeField(null=True)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='legs', to='calls.call')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('left_at', None)), fields=['last_seen_at'], name='call_leg_silent'), models.Index(fields=['device'], name='call_leg_by_device')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('user',), name='call_leg_one_per_person')],
            },
        ),
        migrations.CreateModel(
            name='CallLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=32, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('revoked_at', models.DateTimeField(null=True)),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='call_links', to='messenger.chat')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('chat',), name='call_link_one_open')],
            },
        ),
        migrations.CreateModel(
            name='CallParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('caller', 'Caller'), ('callee', 'Called'), ('guest', 'Guest')], max_length=6)),
                ('was_in', models.BooleanField(default=False)),
                ('seen_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='calls.call')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-call'], name='call_log')],
                'constraints': [models.UniqueConstraint(fields=('call', 'user'), name='call_party_once')],
            },
        ),
        migrations.CreateModel(
            name='CallSignal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('body', models.JSONField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signals', to='calls.callleg')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sent_signals', to='calls.callleg')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['created_at'], name='call_signal_by_age')],
                'constraints': [models.UniqueConstraint(fields=('sender', 'receiver', 'n'), name='call_signal_once')],
            },
        ),
        migrations.CreateModel(
            name='LobbyGuest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('admitted', 'Admitted'), ('refused', 'Refused')], default='waiting', max_length=8)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lobby', to='calls.call')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('call', 'user'), name='call_lobby_once')],
            },
        ),
        migrations.CreateModel(
            name='PlannedCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, default='', max_length=120)),
                ('kind', models.CharField(choices=[('audio', 'Audio call'), ('video', 'Video call')], max_length=5)),
                ('starts_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('reminded_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='planned_calls', to='messenger.chat')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['starts_at', 'id'],
                'indexes': [models.Index(condition=models.Q(('cancelled_at', None), ('reminded_at', None)), fields=['starts_at'], name='call_plan_to_remind')],
            },
        ),
    ]
